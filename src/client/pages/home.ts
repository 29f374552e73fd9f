/** The page `/`: puts this server's URL into the code that it shows, and adds buttons that copy it. */

const server = new URL('.', location.href).href.slice(0, -1)
for (const origin of document.querySelectorAll('.origin')) origin.textContent = server

const copy = async (button: HTMLButtonElement, code: HTMLElement): Promise<void> => {
  try {
    await navigator.clipboard.writeText(code.innerText)
    button.textContent = 'Copied'
  } catch {
    // The browser does not allow it, or the page has no TLS. The selected code can be copied with the keyboard.
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
  // A screen reader reads the button's new text after it was pressed.
  button.ariaLive = 'polite'
  button.addEventListener('click', () => copy(button, code))
  code.parentElement?.before(button)
}
