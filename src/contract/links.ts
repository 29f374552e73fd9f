/** Whether a text holds what a client would make a link of. */
export const hasLink = (text: string): boolean => /:\/\/|\bwww\./i.test(text.normalize('NFKC'))
