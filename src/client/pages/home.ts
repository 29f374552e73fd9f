/** The page `/`: the code that it shows is made to work where it is pasted, and can be copied at a click. */

for (const origin of document.querySelectorAll('.origin')) origin.textContent = location.origin

const copy = async (button: HTMLButtonElement, code: HTMLElement): Promise<void> => {
  try {
    await navigator.clipboard.writeText(code.innerText)
    button.textContent = 'Copied'
  } catch {
    // Not allowed, or no clipboard on a page without TLS: what is selected can be copied with the keyboard.
    getSelection()?.selectAllChildren(code)
    button.textContent = 'Selected: press Ctrl+C'
  }
  setTimeout(() => {
    button.textContent = 'Copy'
  }, 2500)
}

for (const code of document.querySelectorAll<HTMLElement>('pre > code')) {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'copy'
  button.textContent = 'Copy'
  // What it says changes when it has been pressed, and is then read out.
  button.ariaLive = 'polite'
  button.addEventListener('click', () => copy(button, code))
  code.parentElement?.before(button)
}
