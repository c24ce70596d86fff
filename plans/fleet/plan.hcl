# A fleet on ECS: six services of a beta, what they must carry, how they should be set up, and what watches over them.
# account.json holds the account as somebody left it, so that all of this is tried without one:
#
#   plimsoll review plans/fleet        # what differs, what will break, what it costs
#   plimsoll adjust plans/fleet        # shows the changes with their cost, asks, backs up, applies, verifies
#   plimsoll run plans/fleet           # a spike: does it scale out, and in again?
#   plimsoll rollback plans/fleet      # as it was
#
# On a real account, leave out `simulate` in fleet and in the service web, and give that an endpoint. Reading needs
# read-only permissions; `plimsoll review` names those that are missing.

plan {
  description = "Is the beta set up for the launch, and does it scale?"
  environment = "beta"

  # What alarms tell, where they name nobody else.
  notify = "arn:aws:sns:us-east-1:123456789012:alerts"

  # A team shares backups, journal, lock and the log of changes:
  # state = "s3://example-state/plimsoll/beta"
}

locals {
  cluster = "beta"
  region  = "us-east-1"
  account = "123456789012" # asked of STS before any other call; writing needs it

  agreed = { by = "product and operations", on = "2026-11-02", again = "2027-05-01" }
}

# What else runs in the cluster is named by `review`, unless it is exempt for a reason.
fleet {
  cluster  = local.cluster
  region   = local.region
  exempt   = { "migrations" = "runs once a release, then stops" }
  simulate = "account.json" # in the words of AWS's own describe calls
}

# It tells people. It caps nothing: AWS has no such thing.
budget "beta-monthly" {
  limit    = 2500
  alert_at = ["20%", "40%", "80%"] # $500, $1,000, $2,000
  notify   = ["ops@example.com", "finance@example.com"]
  account  = local.account
}

dashboard "beta" {
  services = [service.web, service.gateway, service.sockets, service.voice]
}
