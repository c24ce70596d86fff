package aws

import "encoding/json"

// pricingOperations is what the simulated AWS Price List can do.
// https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_Operations_AWS_Price_List_Service.html
var pricingOperations = map[string]operation{
	"GetProducts": on((*model).getProducts),
}

const productsPage = 100

type productQuestion struct {
	ServiceCode string `json:"ServiceCode"`
	Filters     []struct {
		Type  string `json:"Type"`
		Field string `json:"Field"`
		Value string `json:"Value"`
	} `json:"Filters"`
	MaxResults int    `json:"MaxResults"`
	NextToken  string `json:"NextToken"`
}

type productList struct {
	FormatVersion string   `json:"FormatVersion"`
	PriceList     []string `json:"PriceList"` // JSON in strings, as AWS has it
	NextToken     string   `json:"NextToken,omitempty"`
}

// matches tells whether a product has what every filter asks for among its attributes.
func (q *productQuestion) matches(text json.RawMessage) bool {
	var product struct {
		ServiceCode string `json:"serviceCode"`
		Product     struct {
			Attributes map[string]string `json:"attributes"`
		} `json:"product"`
	}
	if json.Unmarshal(text, &product) != nil || product.ServiceCode != q.ServiceCode {
		return false
	}
	for _, f := range q.Filters {
		if f.Type == "TERM_MATCH" && product.Product.Attributes[f.Field] != f.Value {
			return false
		}
	}
	return true
}

func (m *model) getProducts(in *productQuestion) (out productList, err error) {
	out.FormatVersion = "aws_v1"
	found := []string{}
	for _, product := range m.PriceList {
		if in.matches(product) {
			found = append(found, string(product))
		}
	}
	byDefault(&in.MaxResults, productsPage)
	if out.PriceList, out.NextToken, err = page(found, in.NextToken, max(1, min(in.MaxResults, productsPage))); err != nil {
		return out, refuse("InvalidNextTokenException", "%v", err)
	}
	return out, nil
}
