const url = 'http://localhost:8787'
const room = '/chatroom/fetch-example'

const log = document.querySelector('#log')
const list = document.querySelector('#messages')
const form = document.querySelector('#form')
const status = document.querySelector('#status')

/** Sends a request to the API. Throws an error with the server's words if it is refused. */
const request = async (method, path, body) => {
  const response = await fetch(url + path, {
    method,
    headers: body && { 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  })
  const answer = await response.json()
  if (!response.ok) throw Object.assign(new Error(answer.detail), { status: response.status })
  return answer
}

/** Creates a user or a chatroom. The API answers 409 if there is one of this name already. */
const create = async (path, body) => {
  try {
    await request('POST', path, body)
  } catch (error) {
    if (error.status !== 409) throw error
  }
}

/** Shows a message. Its text is shown as text: never use innerHTML for what people write. */
const show = ({ seq, userName, message }) => {
  const [item, name, text] = ['li', 'strong', 'span'].map((tag) => document.createElement(tag))
  name.textContent = `${userName ?? 'somebody'}: `
  text.textContent = message ?? '(deleted)'
  item.id = `message-${seq}`
  item.append(name, text)
  list.append(item)
  log.scrollTop = log.scrollHeight
}

/** Shows the new text of a message, if the page shows it. */
const change = ({ target, message }) => {
  const text = document.querySelector(`#message-${target} span`)
  if (text) text.textContent = message ?? '(deleted)'
}

let createdName // Creates a user only when the name has changed.

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const { userName, message } = Object.fromEntries(new FormData(form))
  try {
    if (userName !== createdName) await create('/api/users', { name: userName })
    createdName = userName
    await request('POST', `${room}/message`, { userName, message })
    form.elements.message.value = ''
    status.textContent = ''
  } catch (error) {
    status.textContent = error.message
  }
})

const { chatrooms } = await request('GET', '/api/chatroom?name=fetch-example')
// Without an owner: otherwise the first visitor who has a token would own the room.
if (chatrooms.length === 0) await create('/api/chatroom', { name: 'fetch-example', owner: null })
const { messages } = await request('GET', `${room}/message`)
messages.forEach(show)

// Listens from the last message on. When the connection breaks, the browser reconnects and misses nothing.
const events = new EventSource(`${url}${room}/live?after=${messages.at(-1)?.seq ?? 0}`)
events.addEventListener('message', ({ data }) => show(JSON.parse(data)))
for (const type of ['edit', 'delete']) events.addEventListener(type, ({ data }) => change(JSON.parse(data)))
events.onopen = () => (status.textContent = '')
events.onerror = () => (status.textContent = `No connection to ${url}. The browser tries again …`)
