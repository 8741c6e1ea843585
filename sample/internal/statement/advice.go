package statement

// Aggregator is who reads statements at the customers' other banks.
const Aggregator = "https://api.flanks.io"

// Advice tells a customer what to do about a code of the aggregator's.
func Advice(code int) string {
	switch code {
	case 20002, 50001, 50002:
		return "Please try again in a few minutes."
	case 50003:
		return "Please confirm the login in your bank's app."
	default:
		return "Please call us."
	}
}
