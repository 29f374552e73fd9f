const url = 'http://localhost:8787'
const room = '/chatroom/fetch-example'

const log = document.querySelector('#log')
const list = document.querySelector('#messages')
const form = document.querySelector('#form')
const status = document.querySelector('#status')

/** Asks the API. What it refuses is thrown, in its own words. */
const ask = async (method, path, body) => {
  const response = await fetch(url + path, {
    method,
    headers: body && { 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  })
  const answer = await response.json()
  if (!response.ok) throw Object.assign(new Error(answer.detail), { status: response.status })
  return answer
}

/** Makes what may be there already: then the answer is 409. */
const make = async (path, body) => {
  try {
    await ask('POST', path, body)
  } catch (error) {
    if (error.status !== 409) throw error
  }
}

/** Shows a message. What people write is text: never use innerHTML for it. */
const show = ({ seq, userName, message }) => {
  const [item, name, text] = ['li', 'strong', 'span'].map((tag) => document.createElement(tag))
  name.textContent = `${userName ?? 'somebody'}: `
  text.textContent = message ?? '(deleted)'
  item.id = `message-${seq}`
  item.append(name, text)
  list.append(item)
  log.scrollTop = log.scrollHeight
}

/** Shows what has become of a message, if it is one that we show. */
const change = ({ target, message }) => {
  const text = document.querySelector(`#message-${target} span`)
  if (text) text.textContent = message ?? '(deleted)'
}

let known // A name that there is: it need not be made for each message.

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const { userName, message } = Object.fromEntries(new FormData(form))
  try {
    if (userName !== known) await make('/api/users', { name: userName })
    known = userName
    await ask('POST', `${room}/message`, { userName, message })
    form.elements.message.value = ''
    status.textContent = ''
  } catch (error) {
    status.textContent = error.message
  }
})

await make('/api/chatroom', { name: 'fetch-example' })
const { messages } = await ask('GET', `${room}/message`)
messages.forEach(show)

// Everything after the last message we have; when the connection breaks, the browser comes back and nothing is missed.
const events = new EventSource(`${url}${room}/live?after=${messages.at(-1)?.seq ?? 0}`)
events.addEventListener('message', ({ data }) => show(JSON.parse(data)))
for (const type of ['edit', 'delete']) events.addEventListener(type, ({ data }) => change(JSON.parse(data)))
events.onopen = () => (status.textContent = '')
events.onerror = () => (status.textContent = 'The connection is lost; trying again …')
