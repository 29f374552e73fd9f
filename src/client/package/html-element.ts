/** Stands for `HTMLElement`, so that a server that renders pages can import the element's class. */
const Base: typeof HTMLElement = globalThis.HTMLElement ?? class {}

export { Base as HTMLElement }
