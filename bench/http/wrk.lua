-- Makes the requests of wrk. Arguments: method, path, how many headers, their names and values, and then bodies. Bodies are sent in turn, with the
-- number of the request in place of 00000000.
local path
local bodies = {}
local number = 0

function init(arguments)
  wrk.method = arguments[1]
  path = arguments[2]
  local last = 3 + 2 * tonumber(arguments[3])
  for i = 4, last, 2 do wrk.headers[arguments[i]] = arguments[i + 1] end
  for i = last + 1, #arguments do bodies[#bodies + 1] = arguments[i] end
  if #bodies > 0 then wrk.headers["Content-Type"] = "application/json" end
end

function request()
  number = number + 1
  if #bodies == 0 then return wrk.format(nil, path) end
  local body = bodies[number % #bodies + 1]:gsub("00000000", string.format("%08d", number), 1)
  return wrk.format(nil, path, nil, body)
end

function done(summary)
  local errors = summary.errors
  local lost = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format(
    '\n{"requests":%d,"seconds":%f,"refused":%d,"lost":%d}\n',
    summary.requests, summary.duration / 1e6, errors.status, lost
  ))
end
