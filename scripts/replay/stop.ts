/** Ends the replay with a message for the person who started it. Everything else that is thrown is a bug. */
export class Stop extends Error {}
