import { useMutation } from "@tanstack/react-query";
import { checkAudit } from "../core/audit";

/** Has the server follow the chain of the whole audit record. */
export function useAuditCheck() {
  return useMutation({ mutationFn: checkAudit });
}
