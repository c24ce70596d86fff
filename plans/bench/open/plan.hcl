# Arrivals on schedule: how late the generator starts them.

variable "endpoint" {
  type        = string
  description = "an HTTP server on this machine"
}

variable "rate" {
  type    = string
  default = "10000/s"
}

variable "duration" {
  type    = string
  default = "10s"
}

service "server" {
  endpoint = var.endpoint
  max_age  = "0s"
}

flow "get" {
  http "page" {
    get   = "/"
    check = ["status == 200"]
  }
}

baseline "open" {
  service  = service.server
  flow     = flow.get
  rate     = var.rate
  duration = var.duration
}
