import { SimpleGrid } from "@mantine/core";
import { type SiteOverview, total } from "../core/trust";
import { Fact } from "./Fact";

const SHOWN = [
  ["devices", "Enrolled devices"],
  ["connected", "Connected now"],
  ["signed_on", "Pupils signed on"],
  ["lessons", "Lessons running"],
] as const;

/** The sums over all schools; says where a school's figure is missing. */
export function TrustFacts({ sites }: { readonly sites: readonly SiteOverview[] }) {
  return (
    <SimpleGrid component="ul" className="plain-list" cols={{ base: 2, sm: 4 }}>
      {SHOWN.map(([column, name]) => {
        const { count, isPartial } = total(sites, column);
        const note = isPartial ? "without schools whose figure is unknown" : undefined;
        return <Fact key={column} name={name} value={count.toLocaleString("en-GB")} note={note} />;
      })}
    </SimpleGrid>
  );
}
