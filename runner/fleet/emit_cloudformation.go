package fleet

import (
	"cmp"
	"strconv"
	"strings"
	"unicode"
)

// template is a change set as a CloudFormation template. What a template has whole elsewhere, as the task definition, is a
// patch in the metadata: the properties to change in the resource that is there.
type template struct {
	set       *ChangeSet
	resources map[string]any
	names     map[Ref]string // of resources
	patches   []any
}

// types are CloudFormation's names for what a change set has whole.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/
var types = map[Kind]string{
	KindScalableTarget: "AWS::ApplicationAutoScaling::ScalableTarget", KindScalingPolicy: "AWS::ApplicationAutoScaling::ScalingPolicy",
	KindAlarm: "AWS::CloudWatch::Alarm", KindDashboard: "AWS::CloudWatch::Dashboard", KindBudget: "AWS::Budgets::Budget",
}

// patched are its names for what is only patched.
var patched = map[Kind]string{
	KindCluster: "AWS::ECS::Cluster", KindTaskDefinition: "AWS::ECS::TaskDefinition", KindService: "AWS::ECS::Service",
	KindScheduledAction: "AWS::ApplicationAutoScaling::ScalableTarget", KindThrottle: "AWS::WAFv2::WebACL",
}

func (t *template) write() []byte {
	t.resources, t.names, t.patches = map[string]any{}, map[Ref]string{}, []any{}
	for _, targets := range []bool{true, false} { // first what others depend on
		for i := range t.set.Changes {
			if c := &t.set.Changes[i]; (c.Ref.Kind == KindScalableTarget) == targets {
				t.change(c)
			}
		}
	}
	return []byte(indented(map[string]any{
		"AWSTemplateFormatVersion": "2010-09-09",
		"Description":              Line(strings.Join(t.set.heading()[:1], " ")),
		"Metadata":                 map[string]any{"Plimsoll": map[string]any{"Notes": t.set.heading()[1:], "Patches": t.patches}},
		"Resources":                t.resources,
	}) + "\n")
}

func (t *template) change(c *Change) {
	kind, whole := types[c.Ref.Kind]
	target, has := t.names[c.target()]
	switch {
	case c.Ref.Kind == KindScheduledAction && has: // it is among the target's properties
		return
	case !whole || c.After == nil:
		t.patches = append(t.patches, t.patch(c))
		return
	}
	resource := map[string]any{"Type": kind, "Properties": t.properties(c), "Metadata": map[string]any{"Change": c.summary()}}
	if has && c.Before == nil {
		resource["DependsOn"] = target
	}
	name := t.name(c)
	t.names[c.Ref], t.resources[name] = name, resource
}

// name is a logical ID: letters and digits, once in a template.
func (t *template) name(c *Change) string {
	keep := func(r rune) rune {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return r
		}
		return ' '
	}
	name := ""
	for _, word := range strings.Fields(strings.Map(keep, string(c.Ref.Kind)+" "+c.Ref.ID)) {
		name += strings.ToUpper(word[:1]) + word[1:]
	}
	unique := name
	for i := 2; t.resources[unique] != nil; i++ {
		unique = name + strconv.Itoa(i)
	}
	return unique
}

// properties are those of a resource that the change set has whole.
func (t *template) properties(c *Change) Document {
	d := c.After.Clone()
	switch c.Ref.Kind {
	case KindScalableTarget:
		delete(d, "Tags")
		if actions := t.actions(c.Ref); len(actions) > 0 {
			d["ScheduledActions"] = actions
		}
	case KindDashboard:
		delete(d, "Tags")
	case KindBudget:
		delete(d, "AccountId")
		if amount, ok := number(d.at("Budget", "BudgetLimit", "Amount")); ok {
			d.put(amount, "Budget", "BudgetLimit", "Amount")
		}
	}
	return d
}

// actions are the scheduled actions of a scalable target in the change set: CloudFormation has them among its properties.
func (t *template) actions(target Ref) []any {
	var all []any
	for _, c := range t.set.Changes {
		if c.Ref.Kind == KindScheduledAction && c.Ref.Place == target.Place && strings.HasPrefix(c.Ref.ID, target.ID+"/") && c.After != nil {
			all = append(all, map[string]any(action(c.After)))
		}
	}
	return all
}

func action(d Document) Document {
	made := d.Clone()
	for _, name := range []string{"ServiceNamespace", "ResourceId", "ScalableDimension"} {
		delete(made, name)
	}
	return made
}

// patch says what to change in a resource that stands in a template already.
func (t *template) patch(c *Change) map[string]any {
	made := map[string]any{"Type": patched[c.Ref.Kind], "Of": c.Ref.ID, "Change": c.summary()}
	var properties any
	switch {
	case c.After == nil:
		made["Type"] = cmp.Or(types[c.Ref.Kind], patched[c.Ref.Kind])
		return made
	case c.Ref.Kind == KindTaskDefinition:
		d := c.differing()
		delete(d, containersKey)
		if containers := c.resized(); len(containers) > 0 {
			list := make([]any, len(containers))
			for i := range containers {
				list[i] = map[string]any(containers[i])
			}
			d[containersKey] = list
		}
		properties = capitalized(map[string]any(d))
	case c.Ref.Kind == KindService:
		d := c.differing()
		delete(d, "taskDefinition")
		properties = capitalized(map[string]any(d))
	case c.Ref.Kind == KindCluster:
		properties = map[string]any{"ClusterSettings": capitalized(c.After["settings"])}
	case c.Ref.Kind == KindScheduledAction:
		properties = map[string]any{"ScheduledActions": []any{map[string]any(action(c.After))}}
	default:
		properties = map[string]any{"Rules": []any{map[string]any(c.After)}}
	}
	made["Properties"] = properties
	return made
}

// capitalized turns ECS's names of settings into CloudFormation's, which begin with a capital.
func capitalized(value any) any {
	switch v := plain(value).(type) {
	case []any:
		for i := range v {
			v[i] = capitalized(v[i])
		}
		return v
	case map[string]any:
		made := map[string]any{}
		for name, inner := range v {
			first, rest := name[:min(1, len(name))], name[min(1, len(name)):]
			made[strings.ToUpper(first)+rest] = capitalized(inner)
		}
		return made
	default:
		return v
	}
}
