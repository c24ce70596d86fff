package fleet

import (
	"maps"
	"strconv"
	"strings"
	"unicode"

	"github.com/hashicorp/hcl/v2/hclwrite"
)

// module is a change set as Terraform's resources. What Terraform has whole elsewhere, as the task definition, is a patch in
// a comment: the arguments to change in the resource that is there.
type module struct {
	set   *ChangeSet
	text  strings.Builder
	names map[Ref]string
}

func (m *module) write() []byte {
	m.names = map[Ref]string{}
	for _, l := range m.set.heading() {
		m.comment(l)
	}
	for i := range m.set.Changes {
		c := &m.set.Changes[i]
		m.text.WriteByte('\n')
		m.comment(c.summary())
		m.change(c)
	}
	return hclwrite.Format([]byte(m.text.String()))
}

func (m *module) comment(text string) { m.text.WriteString("# " + text + "\n") }

func (m *module) change(c *Change) {
	d := c.After.Clone()
	switch kind := c.Ref.Kind; {
	case d == nil:
		m.comment("Remove the resource.")
	case kind == KindScalableTarget:
		m.resource(c, "aws_appautoscaling_target", d.listed("Tags", "tags"))
	case kind == KindScalingPolicy:
		m.resource(c, "aws_appautoscaling_policy", d.renamed("PolicyName", "name"))
	case kind == KindScheduledAction:
		m.resource(c, "aws_appautoscaling_scheduled_action", d.renamed("ScheduledActionName", "name"))
	case kind == KindAlarm:
		m.resource(c, "aws_cloudwatch_metric_alarm", alarmArguments(d))
	case kind == KindDashboard:
		m.resource(c, "aws_cloudwatch_dashboard", d.listed("Tags", "tags"))
	case kind == KindBudget:
		m.resource(c, "aws_budgets_budget", budgetArguments(d))
	default:
		m.patch(c)
	}
}

// resource prints a resource whole.
func (m *module) resource(c *Change, kind string, arguments Document) {
	if c.Before != nil {
		m.comment("It is there already: change the resource that has it, or import it into this one.")
	}
	if target := m.names[c.target()]; target != "" && c.Before == nil {
		arguments["depends_on"] = reference("aws_appautoscaling_target." + target)
	}
	m.text.Write(block("resource", arguments, kind, m.name(c.Ref)))
}

// patch prints what to change in a resource that stands elsewhere, as a comment.
func (m *module) patch(c *Change) {
	var text []byte
	switch c.Ref.Kind {
	case KindTaskDefinition:
		d := c.differing()
		delete(d, containersKey)
		text = block("resource", d, "aws_ecs_task_definition", m.name(c.Ref))
		if containers := c.resized(); len(containers) > 0 {
			m.comment("In container_definitions, each of these settings in the container of that name: " + compact(containers))
		}
	case KindService:
		d := c.differing()
		delete(d, "taskDefinition")
		if len(d) == 0 {
			m.comment("The service follows its task definition.")
			return
		}
		text = block("resource", d, "aws_ecs_service", m.name(c.Ref))
	case KindCluster:
		text = block("resource", Document{"setting": c.After["settings"]}, "aws_ecs_cluster", m.name(c.Ref))
	case KindThrottle:
		text = block("resource", Document{"rule": map[string]any(c.After)}, "aws_wafv2_web_acl", m.name(c.Ref))
	}
	m.comment("In the resource that has it:")
	for _, l := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		m.comment(l)
	}
}

// name is a resource's name in Terraform, once in a module.
func (m *module) name(ref Ref) string {
	name := strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return unicode.ToLower(r)
		}
		return '_'
	}, ref.ID)
	if name[0] >= '0' && name[0] <= '9' {
		name = "_" + name
	}
	unique := name
	for i := 2; m.taken(ref.Kind, unique); i++ {
		unique = name + "_" + strconv.Itoa(i)
	}
	m.names[ref] = unique
	return unique
}

func (m *module) taken(kind Kind, name string) bool {
	for ref, other := range m.names {
		if ref.Kind == kind && other == name {
			return true
		}
	}
	return false
}

// renamed gives a setting Terraform's own name.
func (d Document) renamed(from, to string) Document {
	if value, ok := d[from]; ok {
		delete(d, from)
		d[to] = value
	}
	return d
}

// mapping is an argument that is a map, where an object would be a block.
type mapping map[string]any

// listed turns a list of names with values, or an object of them, into a map.
func (d Document) listed(from, to string) Document {
	made := mapping{}
	for _, item := range objects(d.list(from)) {
		key := item.text("Key") + item.text("Name")
		made[key] = item["Value"]
	}
	maps.Copy(made, objectOf(d[from]))
	delete(d, from)
	if len(made) > 0 {
		d[to] = made
	}
	return d
}

func alarmArguments(d Document) Document {
	return d.listed("Tags", "tags").listed("Dimensions", "dimensions").
		renamed("EvaluateLowSampleCountPercentile", "evaluate_low_sample_count_percentiles")
}

// budgetArguments are those of aws_budgets_budget, which has the budget's settings beside the account's.
func budgetArguments(d Document) Document {
	made := Document{"account_id": d["AccountId"]}
	budget := Document(objectOf(d["Budget"]))
	limit := Document(objectOf(budget["BudgetLimit"]))
	for name, value := range map[string]any{
		"name": budget["BudgetName"], "budget_type": budget["BudgetType"], "time_unit": budget["TimeUnit"],
		"limit_amount": limit["Amount"], "limit_unit": limit["Unit"],
	} {
		if value != nil {
			made[name] = value
		}
	}
	notifications := []any{}
	for _, n := range objects(d.list("NotificationsWithSubscribers")) {
		of := map[string]any{}
		maps.Copy(of, objectOf(n["Notification"]))
		for _, s := range objects(n.list("Subscribers")) {
			under := "subscriber_email_addresses"
			if s.text("SubscriptionType") == "SNS" {
				under = "subscriber_sns_topic_arns"
			}
			list, _ := of[under].([]any)
			of[under] = append(list, s["Address"])
		}
		notifications = append(notifications, of)
	}
	made["notification"] = notifications
	d = d.listed("ResourceTags", "tags")
	if tags := d["tags"]; tags != nil {
		made["tags"] = tags
	}
	return made
}
