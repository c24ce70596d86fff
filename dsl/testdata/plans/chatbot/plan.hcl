plan {
  description = "Can the chatbot carry the spring launch?"
  notify      = "arn:aws:sns:us-east-1:123456789012:alerts"
  environment = "staging" # "production" asks for --allow-production
}

variable "endpoint" {
  default = "https://staging.example.com"
}

variable "token" {
  default   = env("CHAT_TOKEN")
  sensitive = true # never shown in any output
}

service "chat" {
  endpoint = var.endpoint

  requirement {
    users            = 100
    peak_users       = 500
    peak_connections = 10000
    think            = "10s"
    agreed_by        = "product, 2026-11-02"
  }

  sla "fast" { assert = "step.ask.login.latency.p95 < 800ms" }
  sla "honest" {
    assert = "error_rate < 1%"
    window = "10s" # must hold in every window of 10 s, not only over the whole
    abort  = true
  }
}

data "questions" {
  csv   = "questions.csv"
  order = "shared" # shared, unique or random
}

flow "ask" {
  http "login" {
    post  = "/api/login"
    json  = { token = var.token }
    check = ["status == 200", "json.session != ''"]
    save  = { session = "json.session" }
  }
  think { between = ["1s", "3s"] }
  websocket "chat" {
    path    = "/ws"
    headers = { Authorization = "Bearer {{ session }}" }
    repeat {
      each  = data.questions # a row a round
      times = 3
      send "question" { json = { text = "{{ data.questions.text }}" } }
      receive "answer" {
        until   = "json.type == 'done'"
        timeout = "10s"
      }
      think { between = ["5s", "15s"] }
    }
  }
}

baseline "normal" {
  service  = service.chat
  flow     = flow.ask
  users    = 100
  duration = "5m"
}

stress "limit" {
  service = service.chat
  flow    = flow.ask
  users   = { from = 100, to = 1000, step = 100, every = "1m" }
}

spike "launch" {
  service = service.chat
  flow    = flow.ask
  users   = { base = 50, peak = 500, rise = "10s", hold = "10m", settle = "30m" }
  sla "recovers" { assert = "recovery.drained < 7m" }
}

endurance "night" {
  service  = service.chat
  flow     = flow.ask
  users    = 200
  duration = "24h"
  sla "no creep" { assert = "drift.latency_per_hour < 0.5%" }
}
