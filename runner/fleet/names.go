package fleet

import (
	"cmp"
	"strings"

	"plimsoll/dsl/plan"
)

// Mark is the key of the tag that what Plimsoll made bears, where AWS allows tags. Its value is the path of the plan.
const Mark = "plimsoll:plan"

// longestTag is how many characters AWS lets a tag's value have.
const longestTag = 256

// AlarmName is what an alarm is called in AWS. The service has an ecs block, as for all these names.
func AlarmName(s *plan.Service, a plan.Alarm) string { return s.ECS.Named(a.Name, a.Label) }

// PolicyName is what a scaling policy is called in AWS, where it is to be made. One that follows the same metric already
// keeps its own name.
func PolicyName(s *plan.Service, t plan.Track) string { return s.ECS.Named(t.Name, t.Kind) }

// ActionName is what a scheduled action is called in AWS.
func ActionName(s *plan.Service, a plan.Scheduled) string { return s.ECS.Named(a.Name, a.Label) }

// RuleName is what the rate rule of a service is called in its web ACL.
func RuleName(s *plan.Service, t *plan.Throttle) string { return s.ECS.Named(t.Name, "throttle") }

// BudgetName is what a budget is called in AWS.
func BudgetName(b *plan.Budget) string { return cmp.Or(b.Name, b.Label) }

// DashboardName is what a dashboard is called in AWS.
func DashboardName(d *plan.Dashboard) string { return cmp.Or(d.Name, d.Label) }

// lastPart is the name at the end of an ARN: family:revision of a task definition. What is no ARN stays as it is.
func lastPart(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }

// markOf is the value of our mark: what the plan is called in every working folder, in the characters that tags may have.
func markOf(p *plan.Plan) string {
	mark := strings.Map(tagged, p.Below)
	return mark[:min(len(mark), longestTag)]
}

// tagged keeps a character that every service of AWS takes in a tag, and replaces any other.
// https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
func tagged(r rune) rune {
	letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	if letter || strings.ContainsRune(" _.:/=+-@", r) {
		return r
	}
	return '_'
}
