package aws

import (
	"encoding/json"
	"slices"
	"strings"
)

type dashboard struct {
	DashboardName string `json:"DashboardName,omitempty"`
	DashboardArn  string `json:"DashboardArn,omitempty"`
	DashboardBody string `json:"DashboardBody,omitempty"`
}

type dashboardMessages struct {
	DashboardValidationMessages []nothing `json:"DashboardValidationMessages,omitempty"`
}

func (m *model) dashboardARN(name string) string {
	return "arn:aws:cloudwatch::" + m.options.Account + ":dashboard/" + name
}

func (m *model) putDashboard(in *dashboard) (dashboardMessages, error) {
	if in.DashboardName == "" || !json.Valid([]byte(in.DashboardBody)) {
		e := asAPIError(refuse("DashboardInvalidInputError", "The field DashboardBody must be a valid JSON object"))
		e.query = "InvalidParameterInput"
		return dashboardMessages{}, e
	}
	m.Dashboards[in.DashboardName] = in.DashboardBody
	return dashboardMessages{}, nil
}

func noDashboard(name string) error {
	e := asAPIError(absent("DashboardNotFoundError", "Dashboard %s does not exist", name))
	e.query = "ResourceNotFound"
	return e
}

func (m *model) getDashboard(in *dashboard) (dashboard, error) {
	body, ok := m.Dashboards[in.DashboardName]
	if !ok {
		return dashboard{}, noDashboard(in.DashboardName)
	}
	return dashboard{in.DashboardName, m.dashboardARN(in.DashboardName), body}, nil
}

type dashboardListing struct {
	DashboardNamePrefix string `json:"DashboardNamePrefix"`
	NextToken           string `json:"NextToken"`
}

type dashboardList struct {
	DashboardEntries []dashboard `json:"DashboardEntries"`
	NextToken        string      `json:"NextToken,omitempty"`
}

func (m *model) listDashboards(in *dashboardListing) (out dashboardList, err error) {
	found := []dashboard{}
	for name := range m.Dashboards {
		if strings.HasPrefix(name, in.DashboardNamePrefix) {
			found = append(found, dashboard{DashboardName: name, DashboardArn: m.dashboardARN(name)})
		}
	}
	slices.SortFunc(found, func(a, b dashboard) int { return strings.Compare(a.DashboardName, b.DashboardName) })
	out.DashboardEntries, out.NextToken, err = pageMetrics(found, in.NextToken, metricsPage)
	return out, err
}

type dashboardNames struct {
	DashboardNames []string `json:"DashboardNames"`
}

func (m *model) deleteDashboards(in *dashboardNames) (nothing, error) {
	for _, name := range in.DashboardNames {
		if _, ok := m.Dashboards[name]; !ok {
			return nothing{}, noDashboard(name)
		}
	}
	for _, name := range in.DashboardNames {
		delete(m.Dashboards, name)
	}
	return nothing{}, nil
}
