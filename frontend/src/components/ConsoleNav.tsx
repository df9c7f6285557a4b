import { Link, useLocation } from "@tanstack/react-router";
import { mayAnywhere, type Person, sitesWith } from "../core/session";
import classes from "./ConsoleNav.module.css";

/** The pages beside the classes, as far as they are for this person; nothing for most teachers. */
export function ConsoleNav({ person }: { readonly person: Person }) {
  const { pathname } = useLocation();
  const [site] = sitesWith(person, "read_device_events");
  const seesTrust = mayAnywhere(person, "see_trust");
  const readsAudit = mayAnywhere(person, "read_audit");
  const seesStatus = mayAnywhere(person, "see_status");
  if (!seesTrust && !readsAudit && !seesStatus && site === undefined) return null;
  return (
    <nav aria-label="Pages" className={classes.nav}>
      <Link to="/" activeOptions={{ exact: true }}>
        Classes
      </Link>
      {seesTrust && <Link to="/trust">Schools</Link>}
      {site !== undefined && (
        <Link
          to="/sites/$site/events"
          params={{ site: site.id }}
          aria-current={pathname.startsWith("/sites/") ? "page" : undefined}
        >
          Events
        </Link>
      )}
      {readsAudit && <Link to="/audit">Audit</Link>}
      {seesStatus && <Link to="/status">Server</Link>}
    </nav>
  );
}
