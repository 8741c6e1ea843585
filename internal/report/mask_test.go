package report

import "testing"

func TestMasked(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		line, want string
		all        bool
	}{
		{`req.Header.Set("Authorization", "Bearer sk_live_4eC39HqLyjWDarjtT1")`, `req.Header.Set("Authorization", "Bearer **************************")`, false},
		{`resp, err := c.Get("https://api.example.com/v1/items")`, `resp, err := c.Get("https://api.example.com/v1/items")`, false},
		{`req.SetBasicAuth("user", "correct-horse")`, `req.SetBasicAuth("****", "*************")`, true},
		{"const key = `abc", "const key = `***", true},
		{"var s = `a\r\n\tsk_live_4eC39HqLyjWDarjtT1\r\n`", "var s = `a\r\n\t**************************\r\n`", false},
		{`get("é") // not sk_live_4eC39HqLyjWDarjtT1`, `get("**") // not **************************`, true},
		{`return fmt.Errorf("status %d: %s", resp.StatusCode, b)`, `return fmt.Errorf("status %d: %s", resp.StatusCode, b)`, false},
	} {
		if got := string(masked([]byte(tc.line), tc.all)); got != tc.want {
			t.Errorf("masked(%q, %v) = %q, want %q", tc.line, tc.all, got, tc.want)
		}
	}
}
