import { Hono } from 'hono'
import { createParlour, scheduled } from 'parlour/server'

export { Hub, Meter, Webhook } from 'parlour/server'

const app = new Hono()
app.get('/', (c) =>
  c.html(`<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <title>A Worker with a chatroom</title>
  <h1>A Worker with a chatroom</h1>
  <script type="module" src="/chat/parlour.js"></script>
  <parlour-room name="lobby"></parlour-room>
</html>`),
)
app.route('/chat', createParlour())

export default { fetch: app.fetch, scheduled }
