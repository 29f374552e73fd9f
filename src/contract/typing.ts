// A client that types repeats `typing`. The others forget it if it is not repeated in time.

/** The time between two `typing` frames of a client that types. */
export const REPEAT_TYPING_MILLISECONDS = 2500
/** The time for which others show that somebody types, after the last `typing`. */
export const SHOW_TYPING_MILLISECONDS = REPEAT_TYPING_MILLISECONDS + 1500
/** The server passes on no `typing` that comes sooner than this after the one before it. */
export const MIN_TYPING_MILLISECONDS = 1000
