/** A style sheet is imported as its text: scripts/assets.ts */
declare module '*.css' {
  const text: string
  export default text
}
