# Users who think, each with its connection kept: what a waiting user costs in memory.

variable "endpoint" {
  type        = string
  description = "an HTTP server on this machine that keeps connections open for two minutes"
}

variable "users" {
  type    = number
  default = 10000
}

variable "duration" {
  type    = string
  default = "30s"
}

variable "ramp" {
  type    = string
  default = "10s"
}

service "server" {
  endpoint = var.endpoint
  max_age  = "0s"
}

flow "read" {
  http "page" {
    get   = "/"
    check = ["status == 200"]
  }
  think { fixed = "2m" }
}

baseline "thinking" {
  service  = service.server
  flow     = flow.read
  users    = var.users
  ramp     = var.ramp
  duration = var.duration
  grace    = "1s"
}
