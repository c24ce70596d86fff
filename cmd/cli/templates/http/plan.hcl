# A load test of an HTTP API. It runs as it is, against a service simulated on this machine:
#
#   plimsoll run .
#
# Then name your own service, and let the flow do what your users do.

plan {
  description = "How many users can the API carry?"
}

service "api" {
  # endpoint = "https://staging.example.com"

  # In place of an endpoint. Remove it to test your own.
  simulate {
    tasks        = 2
    slots        = 8
    service_time = { mean = "30ms", sigma = 0.3 }
    queue        = 50
    speed        = 30 # plan time passes 30 times faster than the clock on the wall
  }

  # The load that the service must carry. The report says what of it was proven.
  requirement {
    users = 20
  }

  # What must hold, for every scenario. plimsoll explain latency tells what can be asserted on.
  sla "fast" { assert = "latency.p95 < 300ms" }
  sla "honest" {
    assert = "error_rate < 1%"
    window = "10s" # in every window of 10 s, not only over the whole
  }
}

# What one user does, again and again.
flow "browse" {
  http "login" {
    post  = "/api/login"
    json  = { token = "user-{{ user }}" }
    check = ["status == 200", "json.session != ''"]
    save  = { session = "json.session" }
  }
  think { between = ["50ms", "150ms"] }
  http "items" {
    get   = "/api/items"
    query = { n = "20" }
    check = ["status == 200"]
  }
  think { between = ["50ms", "150ms"] }
  http "profile" {
    get     = "/api/me"
    headers = { Authorization = "Bearer {{ session }}" }
  }
}

# The load of a normal day.
baseline "normal" {
  service  = service.api
  flow     = flow.browse
  users    = 20
  duration = "1m"
}

# Where is the limit? Each step adds users until an SLA breaks. Finding a limit is no failure.
stress "limit" {
  service = service.api
  flow    = flow.browse
  users   = { from = 20, to = 200, step = 20, every = "45s" }
}
