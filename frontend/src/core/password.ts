/** What the server accepts; `hub` refuses anything weaker. */
export const PASSWORD_LENGTH = 12;

/** Why this password is too weak, in words for the one who types it; null: it will do. */
export function passwordWeakness(password: string, user: string): string | null {
  if (password.length < PASSWORD_LENGTH) return `Use at least ${PASSWORD_LENGTH} characters.`;
  if (new Set(password).size < 5) return "Use more different characters.";
  if (user !== "" && password.toLowerCase().includes(user.toLowerCase())) {
    return "The password must not contain the user name.";
  }
  return null;
}
