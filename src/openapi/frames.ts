/** The frames of a connection, which OpenAPI can't describe as the answer of an operation. */
export const frames = {
  post: {
    operationId: 'frame',
    tags: ['live'],
    summary: 'Frames of a live connection',
    description:
      'Not an HTTP request: the frames on a connection of `GET /chatroom/{name}/live`. The server sends a `ServerFrame`, over a WebSocket or as an event. A WebSocket client sends a `ClientFrame`; what goes wrong with it is answered with an `ErrorFrame`.',
    security: [],
    requestBody: {
      required: true,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/ServerFrame' } } },
    },
    responses: {
      200: {
        description: 'A frame of the client',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/ClientFrame' } } },
      },
      '4XX': {
        description: 'A frame that says what went wrong',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/ErrorFrame' } } },
      },
    },
  },
}
