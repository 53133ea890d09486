// Polls until something is so; says what, when it never is.
export async function waitFor(what: string, msMax: number,
                              condition: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + msMax;
  while (!(await condition())) {
    if (Date.now() > until) throw new Error(`not within ${msMax} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
