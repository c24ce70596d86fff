package plan

// Secrets are the values that must never be shown.
type Secrets []string

// Redacted stands in the place of a secret.
const Redacted = "(sensitive)"
