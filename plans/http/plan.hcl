# Any HTTP server, closed and open load. Point it at one of your own:
#
#   plimsoll run plans/http --var endpoint=http://127.0.0.1:8080

variable "endpoint" {
  type        = string
  default     = env("ENDPOINT", "http://127.0.0.1:8080")
  description = "scheme, host and port of the server"
}

variable "path" {
  type    = string
  default = "/"
}

variable "duration" {
  type    = string
  default = "10s"
}

service "web" {
  endpoint = var.endpoint

  sla "fast" { assert = "latency.p99 < 250ms" }
  sla "honest" {
    assert = "error_rate < 0.1%"
    window = "1s"
    abort  = true
  }
}

flow "visit" {
  http "page" {
    get   = var.path
    check = ["status == 200"]
  }
  think { between = ["20ms", "80ms"] }
}

# 50 people who come back as soon as they have read the page.
baseline "people" {
  service  = service.web
  flow     = flow.visit
  users    = 50
  duration = var.duration
}

# 500 visits a second, whatever the server does.
baseline "arrivals" {
  service  = service.web
  flow     = flow.visit
  rate     = "500/s"
  duration = var.duration
  sla "delivered" { assert = "dropped.full == 0 and dropped.late == 0" }
}
