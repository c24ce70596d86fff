plan { description = "not this one" }

locals {
  percent = "1%"
}

flow "with_token" {
  http "get" {
    get     = "/"
    headers = { Authorization = "Bearer {{ token }}" }
  }
}
