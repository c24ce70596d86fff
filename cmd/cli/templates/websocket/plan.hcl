# A load test of a WebSocket service. It runs as it is, against a service simulated on this machine:
#
#   plimsoll run .
#
# Then name your own service, and let the flow say what your clients say.

plan {
  description = "How many open connections can the service carry?"
}

service "live" {
  # endpoint = "wss://staging.example.com"

  # In place of an endpoint. Remove it to test your own.
  simulate {
    tasks        = 2
    slots        = 16
    service_time = { mean = "40ms", sigma = 0.3 }
    queue        = 100
    connections  = 500 # of each task; one more is refused
    speed        = 30  # plan time passes 30 times faster than the clock on the wall
  }

  # What must hold, for every scenario. plimsoll explain latency tells what can be asserted on.
  sla "fast" { assert = "latency.p95 < 200ms" }
  sla "honest" {
    assert = "error_rate < 1%"
    window = "10s" # in every window of 10 s, not only over the whole
  }
}

# What one client does: open a connection, say something three times, hear the echo, close.
flow "talk" {
  websocket "socket" {
    path = "/ws/echo"
    repeat {
      times = 3
      send "hello" { json = { from = "{{ user }}", id = "{{ uuid() }}" } }
      receive "echo" {
        until   = "json.id != ''"
        timeout = "5s"
      }
      think { between = ["100ms", "300ms"] }
    }
  }
}

# The load of a normal day.
baseline "normal" {
  service  = service.live
  flow     = flow.talk
  users    = 50
  duration = "1m"
}

# A crowd arrives at once. How long does the service take until it is well again?
spike "launch" {
  service = service.live
  flow    = flow.talk
  users   = { base = 20, peak = 200, rise = "10s", hold = "1m", settle = "2m" }
  sla "recovers" { assert = "recovery.drained < 2m" }
}
