/** Like `password_weakness` in hub/passwords.py, which decides. */
export const PASSWORD_LENGTH = 12;
const MOST_LENGTH = 256;
const LEAST_DIFFERENT = 5;

/** Why this password is too weak, in words for the one who types it; null: it will do. */
export function passwordWeakness(password: string, user: string): string | null {
  if (password.length < PASSWORD_LENGTH) return `Use at least ${PASSWORD_LENGTH} characters.`;
  if (password.length > MOST_LENGTH) return `Use at most ${MOST_LENGTH} characters.`;
  if (new Set(password).size < LEAST_DIFFERENT) return "Use more different characters.";
  if (user !== "" && password.toLowerCase().includes(user.toLowerCase())) {
    return "The password must not contain the user name.";
  }
  return null;
}
