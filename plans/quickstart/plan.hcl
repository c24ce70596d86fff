# A chatbot that needs no account: the service is simulated on this machine, behind real HTTP and WebSocket.
#
#   plimsoll run plans/quickstart

plan {
  description = "How many people can talk to the chatbot at once?"
}

service "chat" {
  # In place of an endpoint. Two tasks work on four requests each; 20 ms a request make about 400 answers a second.
  simulate {
    tasks        = 2
    slots        = 4
    service_time = { mean = "20ms", sigma = 0.3 }
    queue        = 50
    parts        = 3
    part_gap     = "5ms"
    speed        = 30 # phases, windows and ramps pass 30 times faster; latency and think time stay as they are
  }

  requirement {
    users      = 20
    peak_users = 40
    agreed_by  = "product, 2026-11-02"
  }

  sla "fast" { assert = "step.ask.answer.latency.p95 < 250ms" }
  sla "honest" {
    assert = "error_rate < 1%"
    window = "10s"
  }
}

data "questions" {
  csv   = "questions.csv"
  order = "shared"
}

flow "ask" {
  http "login" {
    post  = "/api/login"
    json  = { token = "quickstart-{{ user }}" }
    check = ["status == 200", "json.session != ''"]
    save  = { session = "json.session" }
  }
  think { between = ["50ms", "150ms"] }
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
      think { between = ["50ms", "150ms"] }
    }
  }
}

baseline "normal" {
  service  = service.chat
  flow     = flow.ask
  users    = 20
  duration = "2m"
}

stress "limit" {
  service = service.chat
  flow    = flow.ask
  users   = { from = 20, to = 160, step = 20, every = "45s" }
}

spike "launch" {
  service = service.chat
  flow    = flow.ask
  users   = { base = 10, peak = 50, rise = "10s", hold = "1m", settle = "2m" }
  sla "recovers" { assert = "recovery.drained < 2m" }
}

endurance "shift" {
  service  = service.chat
  flow     = flow.ask
  users    = 20
  duration = "6m"
  sla "no creep" { assert = "drift.latency_per_hour < 500%" }
}
