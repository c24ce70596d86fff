# How many connections does a service hold at once, idle and under traffic, and what stops it from holding more?
#
#   plimsoll run plans/capacity
#
# Without an endpoint it asks a simulated service: two tasks that hold 113 WebSockets each, so 226 is what must be found.
# Any other server is asked in the same way; `chatting` speaks the simulated service's language, `idle` speaks none:
#
#   plimsoll run plans/capacity --only idle --var endpoint=ws://127.0.0.1:8765 --var path=/ --var timeout=60s
#   plimsoll run plans/capacity --only idle --var endpoint=wss://127.0.0.1:8443 --var path=/ --var ca="$(cat ca.pem)"
#   NUM_SESSIONS=1000 plimsoll run plans/capacity --only idle --var endpoint=https://staging.example.com
#   plimsoll run plans/capacity --log emf      # each level as a log line that CloudWatch makes metrics of

variable "endpoint" {
  type        = string
  default     = env("ENDPOINT", "")
  description = "scheme, host and port of the server to ask; without one a service is simulated"
}

variable "path" {
  type        = string
  default     = "/ws"
  description = "of its WebSocket"
}

variable "ca" {
  type        = string
  default     = null
  description = "certificates in PEM to trust besides the system's"
}

variable "levels" {
  default     = env("NUM_SESSIONS", "")
  description = "how many connections to hold: one number, progressive, or aws; without it, as each scenario says"
}

variable "required" {
  type        = number
  default     = 200
  description = "connections that the service must hold at its peak; the report says how many tasks that takes"
}

variable "hold" {
  type        = string
  default     = "2s"
  description = "how long a level must stay open: longer than the idle timeout of whatever stands between, to find that as well"
}

variable "timeout" {
  type        = string
  default     = "30s"
  description = "how long opening a level may take"
}

service "simulated" {
  simulate {
    tasks        = 2
    connections  = 113 # each task refuses more with status 503
    slots        = 8
    service_time = "10ms"
    parts        = 3
    part_gap     = "5ms"
  }
  requirement {
    peak_connections = var.required
  }
  sla "prompt" { assert = "step.chat.answer.latency.p95 < 2s" } # a level in which it does not hold is not good
}

service "server" {
  endpoint = var.endpoint == "" ? "http://127.0.0.1:8080" : var.endpoint
  tls { ca = var.ca }
  requirement {
    peak_connections = var.required
  }
}

locals {
  # A condition would need both to be alike.
  service = [service.simulated, service.server][var.endpoint == "" ? 0 : 1]
}

# Nothing is sent: what counts is memory, descriptors and limits. From 500 on the service refuses more than a quarter, so
# 500 is bad, and the levels between it and the last good one are halved until the limit is known.
capacity "idle" {
  service = local.service
  path    = var.path
  levels  = var.levels == "" ? "progressive" : var.levels
  success = "75%"
  timeout = var.timeout
  hold    = var.hold
  pause   = "500ms"
  refine  = "1%"
  safety  = "80%"
}

# What one held connection does, over and over until its level ends: a question now and then, and a ping in between.
flow "chat" {
  websocket "chat" {
    path = var.path
    send "question" { json = { text = "How deep may she be loaded?" } }
    receive "answer" {
      until   = "json.type == 'done'"
      timeout = "10s"
    }
    think { between = ["500ms", "2s"] }
    ping {}
    think { between = ["500ms", "2s"] }
  }
}

# Every connection asks its questions while the others are held.
capacity "chatting" {
  service = local.service
  flow    = flow.chat
  levels  = [[100, 300], var.levels][var.levels == "" ? 0 : 1]
  success = "99%"
  timeout = var.timeout
  hold    = "4s"
  pause   = "500ms"
  rate    = "500/s" # not all at once: real users do not come so either
  sla "responsive" { assert = "latency.p95 < 1s and error_rate < 1%" }
}
