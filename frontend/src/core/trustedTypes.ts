interface PolicyFactory {
  createPolicy(name: string, rules: { createHTML: (text: string) => string }): unknown;
}

/**
 * Let nothing but plain text through `innerHTML` in browsers that enforce trusted types: the
 * component library writes its style sheets that way, and they hold no markup.
 */
export function allowPlainTextOnly(scope: { trustedTypes?: PolicyFactory }): void {
  scope.trustedTypes?.createPolicy("default", { createHTML: plainText });
}

/** The text itself when it holds no markup; throws `TypeError` when it does. */
export function plainText(text: string): string {
  if (text.includes("<")) throw new TypeError("Markup is never made from text here.");
  return text;
}
