# Requests as fast as the server answers: what a request costs the generator.

variable "endpoint" {
  type        = string
  description = "an HTTP server on this machine"
}

variable "users" {
  type    = number
  default = 50
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

baseline "closed" {
  service  = service.server
  flow     = flow.get
  users    = var.users
  duration = var.duration
}
