/** The registry that `init` writes: valid, with comments for a first reader. */
export const STARTER_REGISTRY = `# What is monitored. Try it:   npx mtls-monitor check registry.yaml
# What it would cost on AWS:   npx mtls-monitor plan registry.yaml
# Every field with its default: docs/reference/registry.md
version: 1

# Test client certificates with their private keys, by reference: no key ever stands in this file.
# A secret in AWS Secrets Manager holds the PEM texts as JSON: { "certificate": "…", "privateKey": "…" }.
# On the command line, secrets are read with --secrets aws.
identities:
  checkout: { secret: mtls-monitor/identity/checkout }
  orders: { secret: mtls-monitor/identity/orders }
  # From files, relative to this one (command line only: private keys are never deployed):
  # checkout: { certificate: pki/checkout.crt, privateKey: pki/checkout.key }
  # One with a fault must be refused everywhere (expired, not-yet-valid, revoked or wrong-usage);
  # mtls-monitor forge makes them, from a CA of yours:
  # expired: { secret: mtls-monitor/identity/expired, fault: expired }

# The CA certificates that your servers' own chains lead to; \`public\` exists without being named.
trustBundles:
  corp: { secret: mtls-monitor/trust/corp } # or { file: pki/ca.pem }

# E-mail addresses for notifications. They stand here so that no deployment forgets them; AWS asks each for a confirmation.
# monitor: { notify: { email: [oncall@corp.example] } }

# How often each suite runs on AWS.
schedules:
  default: { enforcement: 5m, isolation: 1h, certificates: 1h }

endpoints:
  - name: payments # it is in every metric, finding and notification
    url: https://payments.corp.example:8443/healthz
    trustBundle: corp
    tlsVersions: ["1.2", "1.3"] # each scenario once per version; default: whatever is negotiated, once
    admits: [checkout] # must be accepted: without an accepted control no refusal proves anything
    # refuses: [orders]            # must be refused; this is also the default: every other identity without a fault
    owner: team-payments # the team that notifications are for

  - name: ledger
    url: https://ledger-1.corp.example:9443/v1/ledger
    serverName: ledger.corp.example # SNI, and the name the served certificate must carry; default: the URL's host
    trustBundle: corp
    admits: [orders]
    # accepts: { status: [200-299, 404] }     # what the control must answer; default: 200-399
    # waivers:                                # a known gap: still probed, not announced until the day is over (UTC)
    #   - { scenario: revoked, until: 2027-03-31, reason: "CRL support lands with the new gateway" }
`;
