/** Two sounds are at least this far apart. */
const PAUSE_MILLISECONDS = 2000
/** The two notes of the sound: frequency in hertz, and the second at which it begins. */
const NOTES = [
  [660, 0],
  [880, 0.12],
] as const
const SECONDS = 0.3
const LOUDNESS = 0.15

let context: AudioContext | undefined
let lastAt = Number.NEGATIVE_INFINITY

/** Plays a short sound. Does nothing before the reader's first click or key in the page: browsers allow no sound until then. */
export const playSound = async (): Promise<void> => {
  const isAllowed = navigator.userActivation?.hasBeenActive ?? true
  const now = performance.now()
  if (!isAllowed || now - lastAt < PAUSE_MILLISECONDS) return
  lastAt = now
  context ??= new AudioContext()
  const audio = context
  await audio.resume()
  for (const [hertz, after] of NOTES) {
    const begin = audio.currentTime + after
    const tone = new OscillatorNode(audio, { frequency: hertz })
    const volume = new GainNode(audio, { gain: LOUDNESS })
    volume.gain.setValueAtTime(LOUDNESS, begin)
    volume.gain.exponentialRampToValueAtTime(0.001, begin + SECONDS)
    tone.connect(volume).connect(audio.destination)
    tone.start(begin)
    tone.stop(begin + SECONDS)
  }
}
