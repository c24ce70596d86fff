# A load testing plan for a staging environment, as teams write it down: normal load, the limit, a sudden peak, a night.
# It runs against a simulated service until an endpoint is given, sixty times faster than the clock on the wall.
#
#   plimsoll run plans/staging
#   plimsoll run plans/staging --only normal --only limit

plan {
  description = "Can the chatbot carry the spring launch?"
  environment = "staging"
}

variable "normal_users" {
  type    = number
  default = 100
}

variable "night" {
  type        = string
  default     = "24h"
  description = "how long the endurance lasts"
}

variable "token" {
  type        = string
  default     = env("CHAT_TOKEN", "a-token-for-the-simulation")
  sensitive   = true
  description = "what the chatbot's login accepts"
}

locals {
  peak_users = 5 * var.normal_users
}

service "chat" {
  simulate {
    tasks        = 4
    slots        = 16
    service_time = { mean = "15ms", sigma = 0.4 }
    queue        = 200
    speed        = 60
  }

  requirement {
    users        = var.normal_users
    peak_users   = local.peak_users
    think        = "1s"
    source       = "launch plan"
    agreed_by    = "product and operations"
    agreed_on    = "2026-11-02"
    review_after = "2027-05-01"
  }

  sla "responsive" { assert = "step.talk.answer.latency.p95 < 800ms and error_rate < 1%" }
}

flow "talk" {
  http "login" {
    post  = "/api/login"
    json  = { token = var.token }
    check = ["status == 200"]
    save  = { session = "json.session" }
  }
  think { between = ["500ms", "1500ms"] }
  websocket "chat" {
    path    = "/ws"
    headers = { Authorization = "Bearer {{ session }}" }
    send "question" { json = { text = "Where is order {{ random(1000, 9999) }}?" } }
    receive "answer" {
      until   = "json.type == 'done'"
      timeout = "10s"
    }
  }
  think { between = ["500ms", "1500ms"] }
}

flow "browse" {
  http "items" {
    get   = "/api/items"
    query = { n = "20" }
  }
  think { exponential = { mean = "1s", min = "200ms", max = "5s" } }
}

baseline "normal" {
  service = service.chat
  mix "talk" { weight = 3 }
  mix "browse" { weight = 1 }
  users    = var.normal_users
  duration = "5m"
}

stress "limit" {
  service = service.chat
  flow    = flow.talk
  users   = { from = var.normal_users, to = 10 * var.normal_users, step = var.normal_users, every = "1m" }
}

spike "campaign" {
  service = service.chat
  flow    = flow.talk
  users   = { base = 50, peak = local.peak_users, rise = "10s", hold = "5m", settle = "5m" }
}

endurance "night" {
  service  = service.chat
  flow     = flow.browse
  users    = 2 * var.normal_users
  duration = var.night
  sla "no creep" { assert = "drift.latency_per_hour < 50%" }
}
