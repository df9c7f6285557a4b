from store.engine import Store
from store.lives import begin_life, present_lives


def test_each_life_of_a_shard_has_the_next_number(store: Store) -> None:
    assert [begin_life(store, "pool-1"), begin_life(store, "pool-1")] == [1, 2]
    assert begin_life(store, "pool-2") == 1
    with store.reading() as session:
        assert present_lives(session, ["pool-1", "pool-2", "pool-3"]) == {"pool-1": 2, "pool-2": 1}
