// Package paths has constants for others.
package paths

const (
	Base     = "https://portal.ixon.cloud/api"
	Agents   = Base + "/agents"
	Names    = "?fields=publicId,name"
	Accounts = "https://api.aelix.digitalapi.ai/v1/accounts"
)
