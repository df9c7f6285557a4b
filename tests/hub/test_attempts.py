from hub.attempts import ACCOUNT, ADDRESS, Allowance, Attempts, network_of

NOW_MS = 1_800_000_000_000


def test_an_account_may_fail_ten_times_and_then_once_a_minute() -> None:
    attempts = Attempts()
    allowed = [attempts.begin("ada", f"10.0.0.{n}", NOW_MS) for n in range(12)]
    assert allowed == [0] * ACCOUNT.burst + [ACCOUNT.refill_ms] * 2
    assert attempts.begin("ada", "10.0.1.1", NOW_MS + ACCOUNT.refill_ms) == 0
    assert attempts.begin("ada", "10.0.1.1", NOW_MS + ACCOUNT.refill_ms) > 0
    assert attempts.begin("ben", "10.0.1.1", NOW_MS) == 0


def test_an_address_is_limited_over_all_accounts() -> None:
    attempts = Attempts()
    waits = [attempts.begin(f"user{n}", "10.0.0.1", NOW_MS) for n in range(ADDRESS.burst + 1)]
    assert waits == [0] * ADDRESS.burst + [ADDRESS.refill_ms]
    assert attempts.begin("user0", "10.0.0.2", NOW_MS) == 0


def test_success_is_not_counted() -> None:
    attempts = Attempts()
    for _ in range(1_000):
        assert attempts.begin("ada", "10.0.0.1", NOW_MS) == 0
        attempts.succeeded("ada", "10.0.0.1")


def test_a_refused_attempt_does_not_lengthen_the_wait() -> None:
    attempts = Attempts(account=Allowance(1, 1_000))
    assert attempts.begin("ada", "10.0.0.1", NOW_MS) == 0
    for _ in range(50):
        assert attempts.begin("ada", "10.0.0.1", NOW_MS + 400) == 600
    assert attempts.begin("ada", "10.0.0.1", NOW_MS + 1_000) == 0


def test_a_clock_that_goes_back_frees_nobody() -> None:
    attempts = Attempts(account=Allowance(1, 1_000))
    attempts.begin("ada", "10.0.0.1", NOW_MS)
    assert attempts.begin("ada", "10.0.0.1", NOW_MS - 3_600_000) > 0


def test_memory_is_bounded() -> None:
    attempts = Attempts(most_entries=100)
    for number in range(5_000):
        attempts.begin(f"user{number}", f"10.1.{number // 256}.{number % 256}", NOW_MS)
    assert len(attempts._clear_at_ms) == 100


def test_one_ipv6_network_counts_as_one_address() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:2") == "2001:db8::/64"
    assert network_of("2001:db8:0:1::1") != network_of("2001:db8::1")
    assert network_of("10.0.0.1") == "10.0.0.1"
