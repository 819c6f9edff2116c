-- Each request asks for an order of its own.
local count = 0
request = function()
  count = count + 1
  return wrk.format("GET", "/orders/" .. count)
end
