/** The browser of a person, who signs in and consents to whatever they are asked. */
export class Browser {
  readonly #person: string;
  readonly #cookies = new Map<string, string>();

  constructor(person: string) {
    this.#person = person;
  }

  /** Goes from a client's request to where it is sent back to; answers what the client learns. */
  async visit(start: URL, back: string): Promise<URLSearchParams> {
    let request: { url: URL; form?: URLSearchParams } = { url: start };
    for (let pages = 0; pages < 20; pages++) {
      const { url, form } = request;
      if (url.href.startsWith(back)) return url.searchParams;
      const response = await fetch(url, {
        redirect: "manual",
        headers: { cookie: [...this.#cookies].map((pair) => pair.join("=")).join("; ") },
        ...(form ? { method: "POST", body: form } : {}),
      });
      this.#keepCookies(response.headers);
      const page = await response.text();
      const location = response.headers.get("location");
      request = location ? { url: new URL(location, url) } : this.#fillIn(page, url);
    }
    throw new Error("the browser is sent round in circles");
  }

  #keepCookies(headers: Headers): void {
    for (const cookie of headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === "") this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
  }

  #fillIn(page: string, at: URL): { url: URL; form: URLSearchParams } {
    const [, action] = /<form[^>]* action="([^"]+)"/.exec(page) ?? [];
    if (action === undefined) throw new Error(`the browser is shown no form: ${page}`);
    const inputs = [...page.matchAll(/<input[^>]*>/g)].map(([input]) => ({
      name: /name="([^"]*)"/.exec(input)?.[1] ?? "",
      value: /value="([^"]*)"/.exec(input)?.[1],
    }));
    const known: Record<string, string> = { login: this.#person, password: "a password" };
    const form = new URLSearchParams(
      inputs.map(({ name, value }) => [name, value ?? known[name] ?? ""]),
    );
    return { url: new URL(action, at), form };
  }
}
