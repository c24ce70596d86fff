# A load test of a chatbot. It runs as it is, against a service simulated on this machine:
#
#   plimsoll run .
#
# Then name your own service, and let the flow talk as your users do.

plan {
  description = "How many people can talk to the chatbot at once?"
}

service "chat" {
  # endpoint = "https://staging.example.com"

  # In place of an endpoint. Remove it to test your own.
  simulate {
    tasks        = 2
    slots        = 4
    service_time = { mean = "20ms", sigma = 0.3 } # until the first part of an answer
    queue        = 50
    parts        = 4
    part_gap     = "10ms"
    speed        = 30 # plan time passes 30 times faster than the clock on the wall
  }

  # The load that the service must carry. The report says what of it was proven.
  requirement {
    users = 20
  }

  # What must hold, for every scenario. plimsoll explain latency tells what can be asserted on.
  sla "fast" { assert = "step.ask.answer.latency.p95 < 400ms" }
  sla "honest" {
    assert = "error_rate < 1%"
    window = "10s" # in every window of 10 s, not only over the whole
  }
}

# The questions, a row each; sessions take them in turn.
data "questions" {
  csv = "questions.csv"
}

# What one user does: log in, open the chat, ask two questions and read the answers.
flow "ask" {
  http "login" {
    post  = "/api/login"
    json  = { token = "user-{{ user }}" }
    check = ["status == 200"]
    save  = { session = "json.session" }
  }
  websocket "chat" {
    path    = "/ws"
    headers = { Authorization = "Bearer {{ session }}" }
    repeat {
      each  = data.questions
      times = 2
      send "question" { json = { text = "{{ data.questions.text }}" } }
      receive "answer" {
        until   = "json.type == 'done'"
        timeout = "5s"
      }
      think { between = ["100ms", "300ms"] }
    }
  }
}

# The load of a normal day.
baseline "normal" {
  service  = service.chat
  flow     = flow.ask
  users    = 20
  duration = "1m"
}

# Where is the limit? Each step adds users until an SLA breaks. Finding a limit is no failure.
stress "limit" {
  service = service.chat
  flow    = flow.ask
  users   = { from = 20, to = 200, step = 20, every = "45s" }
}
