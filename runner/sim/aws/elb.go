package aws

import (
	"net/http"
	"slices"
	"strings"
)

// elbOperations is what the simulated Elastic Load Balancing v2 can do.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/Welcome.html
var elbOperations = map[string]operation{
	"DescribeLoadBalancers":          on((*model).describeLoadBalancers),
	"DescribeLoadBalancerAttributes": on((*model).describeLoadBalancerAttributes),
	"DescribeTargetGroups":           on((*model).describeTargetGroups),
	"DescribeTargetGroupAttributes":  on((*model).describeTargetGroupAttributes),
	"DescribeTargetHealth":           on((*model).describeTargetHealth),
}

// A LoadBalancer is an application load balancer.
type LoadBalancer struct {
	LoadBalancerName string        `json:"LoadBalancerName"`
	LoadBalancerArn  string        `json:"LoadBalancerArn,omitempty"`
	DNSName          string        `json:"DNSName,omitempty"`
	Scheme           string        `json:"Scheme,omitempty"`
	Type             string        `json:"Type,omitempty"`
	VpcID            string        `json:"VpcId,omitempty"`
	State            BalancerState `json:"State"`
	CreatedTime      Time          `json:"CreatedTime,omitzero"`
	Attributes       Tags          `json:"Attributes,omitempty"` // by key; "idle_timeout.timeout_seconds" is 60 if absent
}

// BalancerState is a load balancer's state.
type BalancerState struct {
	Code string `json:"Code,omitempty"`
}

// A TargetGroup is what a load balancer spreads requests over.
type TargetGroup struct {
	TargetGroupName            string   `json:"TargetGroupName"`
	TargetGroupArn             string   `json:"TargetGroupArn,omitempty"`
	LoadBalancerArns           []string `json:"LoadBalancerArns,omitempty"` // or names
	Port                       int      `json:"Port,omitempty"`
	Protocol                   string   `json:"Protocol,omitempty"`
	TargetType                 string   `json:"TargetType,omitempty"`
	VpcID                      string   `json:"VpcId,omitempty"`
	HealthCheckEnabled         bool     `json:"HealthCheckEnabled"`
	HealthCheckPath            string   `json:"HealthCheckPath,omitempty"`
	HealthCheckProtocol        string   `json:"HealthCheckProtocol,omitempty"`
	HealthCheckIntervalSeconds int      `json:"HealthCheckIntervalSeconds,omitempty"` // also how long a new task waits until it serves; 0 means 30
	HealthCheckTimeoutSeconds  int      `json:"HealthCheckTimeoutSeconds,omitempty"`
	HealthyThresholdCount      int      `json:"HealthyThresholdCount,omitempty"`
	UnhealthyThresholdCount    int      `json:"UnhealthyThresholdCount,omitempty"`
	Attributes                 Tags     `json:"Attributes,omitempty"` // by key; "deregistration_delay.timeout_seconds" is 300 if absent
}

func (m *model) settleLoadBalancer(b *LoadBalancer) error {
	byDefault(&b.LoadBalancerArn, m.arn("elasticloadbalancing", "loadbalancer/app/"+b.LoadBalancerName+"/"+m.hex()[:16]))
	byDefault(&b.DNSName, b.LoadBalancerName+"-1234567890."+m.options.Region+".elb.amazonaws.com")
	byDefault(&b.Scheme, "internet-facing")
	byDefault(&b.Type, "application")
	byDefault(&b.State.Code, "active")
	byDefault(&b.CreatedTime, m.stamp())
	b.Attributes = b.Attributes.or(Tags{"idle_timeout.timeout_seconds": "60", "deletion_protection.enabled": "false"})
	return nil
}

func (m *model) settleTargetGroup(g *TargetGroup) error {
	byDefault(&g.TargetGroupArn, m.arn("elasticloadbalancing", "targetgroup/"+g.TargetGroupName+"/"+m.hex()[:16]))
	byDefault(&g.Port, 80)
	byDefault(&g.Protocol, "HTTP")
	byDefault(&g.TargetType, "ip")
	byDefault(&g.HealthCheckPath, "/")
	byDefault(&g.HealthCheckProtocol, "HTTP")
	byDefault(&g.HealthCheckIntervalSeconds, 30)
	byDefault(&g.HealthCheckTimeoutSeconds, 5)
	byDefault(&g.HealthyThresholdCount, 5)
	byDefault(&g.UnhealthyThresholdCount, 2)
	g.HealthCheckEnabled = true
	g.Attributes = g.Attributes.or(Tags{"deregistration_delay.timeout_seconds": "300", "stickiness.enabled": "false"})
	for i, name := range g.LoadBalancerArns {
		for _, b := range m.LoadBalancers {
			if b.LoadBalancerName == name {
				g.LoadBalancerArns[i] = b.LoadBalancerArn
			}
		}
	}
	return nil
}

// or fills in what is absent.
func (t Tags) or(others Tags) Tags {
	filled := Tags{}
	for _, tags := range []Tags{others, t} {
		for key, value := range tags {
			filled[key] = value
		}
	}
	return filled
}

// targetGroup finds a target group by ARN, nil if there is none.
func (m *model) targetGroup(arn string) *TargetGroup {
	for _, g := range m.TargetGroups {
		if g.TargetGroupArn == arn {
			return g
		}
	}
	return nil
}

// targetGroupARN is the ARN of a target group that goes by its name or already by its ARN.
func (m *model) targetGroupARN(name string) string {
	for _, g := range m.TargetGroups {
		if g.TargetGroupName == name {
			return g.TargetGroupArn
		}
	}
	return name
}

// dimension is how metrics name a target group: targetgroup/<name>/<id>.
func (g *TargetGroup) dimension() string {
	return g.TargetGroupArn[strings.LastIndexByte(g.TargetGroupArn, ':')+1:]
}

// balancerDimension is how metrics name a load balancer: app/<name>/<id>.
func balancerDimension(arn string) string {
	_, name, _ := strings.Cut(arn, ":loadbalancer/")
	return name
}

// elbAbsent is the error for what does not exist: the query protocol drops the shape's suffix.
func elbAbsent(code, format string, args ...any) error {
	e := asAPIError(refuse(code+"Exception", format, args...))
	e.query, e.status = code, http.StatusBadRequest
	return e
}

const elbPage = 400

type elbPaging struct {
	Marker   string `json:"Marker"`
	PageSize int    `json:"PageSize"`
}

func pageELB[T any](items []T, p elbPaging) ([]T, string, error) {
	byDefault(&p.PageSize, elbPage)
	part, next, err := page(items, p.Marker, max(1, min(p.PageSize, elbPage)))
	if err != nil {
		return nil, "", badRequest("%v", err)
	}
	return part, next, nil
}

type balancerQuestion struct {
	elbPaging
	LoadBalancerArns []string `json:"LoadBalancerArns"`
	Names            []string `json:"Names"`
}

type balancerDescriptions struct {
	LoadBalancers []LoadBalancer `json:"LoadBalancers"`
	NextMarker    string         `json:"NextMarker,omitempty"`
}

func (m *model) describeLoadBalancers(in *balancerQuestion) (out balancerDescriptions, err error) {
	var found []LoadBalancer
	for _, b := range m.LoadBalancers {
		if asks(in.LoadBalancerArns, in.Names, b.LoadBalancerArn, b.LoadBalancerName) {
			view := *b
			view.Attributes = nil
			found = append(found, view)
		}
	}
	if named := len(in.LoadBalancerArns) + len(in.Names); len(found) < named {
		return out, elbAbsent("LoadBalancerNotFound", "One or more load balancers not found")
	}
	out.LoadBalancers, out.NextMarker, err = pageELB(found, in.elbPaging)
	return out, err
}

// asks tells whether something is asked for by ARN, by name, or by naming nothing.
func asks(arns, names []string, arn, name string) bool {
	return len(arns)+len(names) == 0 || slices.Contains(arns, arn) || slices.Contains(names, name)
}

type attribute struct {
	Key   string `json:"Key"`
	Value string `json:"Value"`
}

type attributes struct {
	Attributes []attribute `json:"Attributes"`
}

func (t Tags) attributes() attributes {
	var list []attribute
	for key, value := range t {
		list = append(list, attribute{key, value})
	}
	slices.SortFunc(list, func(a, b attribute) int { return strings.Compare(a.Key, b.Key) })
	return attributes{list}
}

type balancerARN struct {
	LoadBalancerArn string `json:"LoadBalancerArn"`
}

func (m *model) describeLoadBalancerAttributes(in *balancerARN) (attributes, error) {
	for _, b := range m.LoadBalancers {
		if b.LoadBalancerArn == in.LoadBalancerArn {
			return b.Attributes.attributes(), nil
		}
	}
	return attributes{}, elbAbsent("LoadBalancerNotFound", "Load balancer %q not found", in.LoadBalancerArn)
}

type groupQuestion struct {
	elbPaging
	LoadBalancerArn string   `json:"LoadBalancerArn"`
	TargetGroupArns []string `json:"TargetGroupArns"`
	Names           []string `json:"Names"`
}

type groupDescriptions struct {
	TargetGroups []TargetGroup `json:"TargetGroups"`
	NextMarker   string        `json:"NextMarker,omitempty"`
}

func (m *model) describeTargetGroups(in *groupQuestion) (out groupDescriptions, err error) {
	var found []TargetGroup
	for _, g := range m.TargetGroups {
		behind := in.LoadBalancerArn == "" || slices.Contains(g.LoadBalancerArns, in.LoadBalancerArn)
		if behind && asks(in.TargetGroupArns, in.Names, g.TargetGroupArn, g.TargetGroupName) {
			view := *g
			view.Attributes = nil
			found = append(found, view)
		}
	}
	if named := len(in.TargetGroupArns) + len(in.Names); len(found) < named {
		return out, elbAbsent("TargetGroupNotFound", "One or more target groups not found")
	}
	out.TargetGroups, out.NextMarker, err = pageELB(found, in.elbPaging)
	return out, err
}

type groupARN struct {
	TargetGroupArn string `json:"TargetGroupArn"`
}

func (m *model) describeTargetGroupAttributes(in *groupARN) (attributes, error) {
	g := m.targetGroup(in.TargetGroupArn)
	if g == nil {
		return attributes{}, elbAbsent("TargetGroupNotFound", "Target group %q not found", in.TargetGroupArn)
	}
	return g.Attributes.attributes(), nil
}
