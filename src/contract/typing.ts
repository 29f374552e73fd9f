// How the parts of `typing` agree: a client that types repeats it, everybody else forgets it when it is not repeated in time.

/** How often a client that types sends `typing`. */
export const REPEAT_TYPING_MILLISECONDS = 2500
/** How long others are told that somebody types, after the last `typing`. */
export const SHOW_TYPING_MILLISECONDS = REPEAT_TYPING_MILLISECONDS + 1500
/** The server passes on no `typing` that comes sooner than this after the one before it. */
export const MIN_TYPING_MILLISECONDS = 1000
