/**
 * Secrets that tell themselves by their form, wherever they stand: one line each. `keyword` is what the scan looks for in
 * lower case; `pattern` must match from where the keyword begins (`before`: from so many characters before it, or from where
 * the word begins that it is in), and its first group, or all of it, is the secret. The first `open` characters of the
 * secret are public, and kept in its form.
 *
 * The forms are those of the issuers' documentation, as gitleaks and others know them. A rule belongs here only if hardly
 * anything else has its form: ids, hashes and checksums must not.
 */
export interface TokenRule {
  readonly kind: string;
  readonly keyword: string;
  readonly pattern: RegExp;
  readonly open: number;
  readonly before?: number | "word";
}

const rule = (kind: string, keyword: string, pattern: RegExp, open: number, before?: number | "word"): TokenRule => ({
  kind,
  keyword,
  pattern: new RegExp(pattern.source, `${pattern.flags}y`),
  open,
  ...(before === undefined ? {} : { before }),
});

/** In the order in which they are tried; of two that fit, the longer one counts. */
export const tokenRules: readonly TokenRule[] = [
  // Cloud
  rule("aws-access-key", "akia", /AKIA[A-Z0-9]{16}(?![A-Za-z0-9])/, 4),
  rule("aws-access-key", "asia", /ASIA[A-Z0-9]{16}(?![A-Za-z0-9])/, 4),
  rule("aws-access-key", "abia", /ABIA[A-Z0-9]{16}(?![A-Za-z0-9])/, 4),
  rule("aws-access-key", "acca", /ACCA[A-Z0-9]{16}(?![A-Za-z0-9])/, 4),
  rule("aws-api-key", "absk", /ABSK[A-Za-z0-9+/]{100,300}={0,2}/, 4),
  rule("gcp-api-key", "aiza", /AIza[\w-]{35}(?![\w-])/, 4),
  rule("gcp-access-token", "ya29.", /ya29\.[\w-]{20,}/, 5),
  rule("gcp-refresh-token", "1//0", /1\/\/0[\w-]{30,}/, 4),
  rule("gcp-client-secret", "gocspx-", /GOCSPX-[\w-]{28}/, 7),
  rule("azure-client-secret", "q~", /[\w~.]{3}\dQ~[\w~.-]{31,34}/, 0, 4),
  rule("azure-storage-key", "accountkey=", /AccountKey=([A-Za-z0-9+/]{86}==)/i, 0),
  rule("azure-shared-access-key", "sharedaccesskey=", /SharedAccessKey=([A-Za-z0-9+/]{43}=)/i, 0),
  rule("azure-sas-signature", "sig=", /sig=([A-Za-z0-9%+/]{43,}(?:=|%3D)?)/i, 0),
  rule("alibaba-access-key", "ltai", /LTAI[A-Za-z0-9]{20}(?![A-Za-z0-9])/, 4),
  rule("digitalocean-token", "dop_v1_", /dop_v1_[a-f0-9]{64}/, 7),
  rule("digitalocean-token", "doo_v1_", /doo_v1_[a-f0-9]{64}/, 7),
  rule("digitalocean-token", "dor_v1_", /dor_v1_[a-f0-9]{64}/, 7),
  rule("cloudflare-key", "v1.0-", /v1\.0-[a-f0-9]{24}-[a-f0-9]{146}/, 5),
  rule("heroku-key", "hrku-", /HRKU-AA[\w-]{58}/, 5),
  rule("fly-token", "fm2_", /fm2_[A-Za-z0-9+/,=]{100,}/, 4),
  rule("supabase-key", "sbp_", /sbp_[a-f0-9]{40}/, 4),
  rule("supabase-key", "sb_secret_", /sb_secret_[\w-]{22,}/, 10),
  rule("planetscale-token", "pscale_", /pscale_(?:tkn|pw|oauth)_[\w=.-]{32,64}/, 7),
  // Code
  rule("github-token", "ghp_", /ghp_[A-Za-z0-9]{36,}/, 4),
  rule("github-token", "gho_", /gho_[A-Za-z0-9]{36,}/, 4),
  rule("github-token", "ghu_", /ghu_[A-Za-z0-9]{36,}/, 4),
  rule("github-token", "ghs_", /ghs_[A-Za-z0-9]{36,}/, 4),
  rule("github-token", "ghr_", /ghr_[A-Za-z0-9]{36,}/, 4),
  rule("github-token", "github_pat_", /github_pat_\w{36,}/, 11),
  rule("gitlab-token", "glpat-", /gl(?:pat)-[\w.-]{20,}/, 6),
  rule("gitlab-token", "gldt-", /gldt-[\w.-]{20,}/, 5),
  rule("gitlab-token", "glrt-", /glrt-[\w.-]{20,}/, 5),
  rule("gitlab-token", "glptt-", /glptt-[0-9a-f]{40}/, 6),
  rule("npm-token", "npm_", /npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])/, 4),
  rule("pypi-token", "pypi-ageic", /pypi-AgEI[\w-]{50,}/i, 5),
  rule("rubygems-token", "rubygems_", /rubygems_[a-f0-9]{48}/, 9),
  rule("docker-token", "dckr_pat_", /dckr_pat_[\w-]{27}/, 9),
  rule("atlassian-token", "atatt3", /ATATT3[\w=-]{100,}/, 6),
  rule("linear-key", "lin_api_", /lin_api_[A-Za-z0-9]{40}/, 8),
  rule("postman-key", "pmak-", /PMAK-[a-f0-9]{24}-[a-f0-9]{34}/i, 5),
  rule("terraform-token", ".atlasv1.", /[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{60,70}/, 0, 14),
  rule("pulumi-token", "pul-", /pul-[a-f0-9]{40}/, 4),
  rule("sentry-token", "sntry", /sntry[us]_[\w+/=]{40,}/, 7),
  // Talk
  rule("slack-token", "xox", /xox[abeoprs](?:\.xox[bp])?-[A-Za-z0-9-]{10,}/, 5),
  rule("slack-token", "xapp-", /xapp-\d-[A-Z0-9]+-\d+-[a-z0-9]+/i, 5),
  rule(
    "slack-webhook",
    "hooks.slack.com/",
    /hooks\.slack\.com\/(?:services|workflows|triggers)\/([A-Za-z0-9+/]{20,56})/i,
    0,
  ),
  rule("discord-webhook", "/webhooks/", /\/webhooks\/\d{15,20}\/([\w-]{60,80})/, 0),
  rule(
    "teams-webhook",
    ".webhook.office.com/",
    /\.webhook\.office\.com\/webhookb2\/([\w@-]{60,100}\/IncomingWebhook\/[\w/-]{60,})/,
    0,
  ),
  rule("telegram-token", "/bot", /\/bot(\d{8,10}:[\w-]{30,})/, 0),
  rule("telegram-token", ":aa", /\d{8,10}:AA[\w-]{32,34}(?![\w-])/, 0, 10),
  rule("telegram-token", ":aa", /\d{9}:AA[\w-]{32,34}(?![\w-])/, 0, 9),
  rule("telegram-token", ":aa", /\d{8}:AA[\w-]{32,34}(?![\w-])/, 0, 8),
  rule("sendgrid-key", "sg.", /SG\.[\w-]{16,32}\.[\w-]{32,64}/, 3),
  rule("mailgun-key", "key-", /key-[0-9a-f]{32}(?![0-9a-zA-Z])/, 4),
  rule("mailchimp-key", "-us", /[0-9a-f]{32}-us\d{1,2}(?!\w)/, 0, 32),
  rule("twilio-key", "sk", /SK[0-9a-f]{32}(?![0-9a-zA-Z])/, 2),
  rule("sendinblue-key", "xkeysib-", /xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}/, 8),
  // Money
  rule("stripe-key", "sk_live_", /sk_live_[A-Za-z0-9]{10,}/, 8),
  rule("stripe-key", "sk_test_", /sk_test_[A-Za-z0-9]{10,}/, 8),
  rule("stripe-key", "rk_live_", /rk_live_[A-Za-z0-9]{10,}/, 8),
  rule("stripe-key", "rk_test_", /rk_test_[A-Za-z0-9]{10,}/, 8),
  rule("stripe-webhook-secret", "whsec_", /whsec_[A-Za-z0-9+/=]{24,}/, 6),
  rule("square-token", "sq0", /sq0(?:atp|csp)-[\w-]{22,43}/, 7),
  rule("square-token", "eaaa", /EAAA[\w-]{60}(?![\w-])/, 4),
  rule("facebook-token", "eaac", /EAAC[A-Za-z0-9]{80,}/, 4),
  rule("shopify-token", "shp", /shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}/, 6),
  rule("paypal-token", "access_token$production$", /access_token\$production\$[a-z0-9]{16}\$[a-f0-9]{32}/, 24),
  rule("plaid-token", "access-", /access-(?:sandbox|development|production)-[0-9a-f-]{36}/, 7),
  // Machines that think
  rule("openai-key", "sk-", /sk-(?:proj-|svcacct-|admin-)?[\w-]{20,}/, 3),
  rule("anthropic-key", "sk-ant-", /sk-ant-[\w-]{24,}/, 7),
  rule("huggingface-token", "hf_", /hf_[A-Za-z0-9]{30,40}(?![A-Za-z0-9])/, 3),
  rule("replicate-token", "r8_", /r8_[A-Za-z0-9]{37,40}(?![A-Za-z0-9])/, 3),
  rule("groq-key", "gsk_", /gsk_[A-Za-z0-9]{40,}/, 4),
  rule("perplexity-key", "pplx-", /pplx-[A-Za-z0-9]{40,}/, 5),
  rule("databricks-token", "dapi", /dapi[a-f0-9]{32}(?:-\d)?(?![a-zA-Z0-9])/, 4),
  // Operations
  rule("vault-token", "hvs.", /hvs\.[\w-]{24,}/, 4),
  rule("vault-token", "hvb.", /hvb\.[\w-]{24,}/, 4),
  rule("newrelic-key", "nrak-", /NRAK-[A-Z0-9]{27}/i, 5),
  rule("grafana-token", "glc_", /glc_[A-Za-z0-9+/=]{32,}/, 4),
  rule("grafana-token", "glsa_", /glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}/, 5),
  rule("doppler-token", "dp.", /dp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{40,}/, 6),
  rule("1password-token", "ops_eyj", /ops_eyJ[A-Za-z0-9+/]{100,}={0,3}/, 4),
  rule("notion-key", "ntn_", /ntn_\d{11}[A-Za-z0-9]{35}/, 4),
  rule("figma-token", "figd_", /figd_[\w-]{40,}/, 5),
  rule("dynatrace-token", "dt0c01.", /dt0c01\.[A-Z0-9]{24}\.[A-Z0-9]{64}/i, 7),
  rule("age-key", "age-secret-key-1", /AGE-SECRET-KEY-1[A-Z0-9]{58}/i, 16),
  // Anywhere
  rule("jwt", "eyj", /eyJ[\w-]{8,}\.(?:eyJ[\w-]{2,}\.[\w-]*|[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+)/, 0),
  rule(
    "private-key",
    "-----begin",
    /-----BEGIN(?:(?: |\+|%20)[A-Z0-9]+){0,4}(?: |\+|%20)PRIVATE(?: |\+|%20)KEY(?:(?: |\+|%20)BLOCK)?-----[^]{16,20000}?-----END[A-Z0-9 +%]{0,60}-----/,
    0,
  ),
  rule("url-password", "://", /:\/\/[^\s/?#:@"'<>\\]*:([^\s/?#@"'<>\\]+)@/, 0),
  // Go's MySQL driver: `user:password@tcp(host:3306)/db`.
  ...["@tcp(", "@tcp6(", "@unix("].map((way) =>
    rule("url-password", way, /[^\s:"'<>`]*:([^\s"'<>`]+)(?=@(?:tcp6?|unix)\()/, 0, "word"),
  ),
  rule("command-password", "-u ", /-u ["']?[^\s:"'/]+:([^\s"']+)/, 0),
  rule("command-password", "--user ", /--user ["']?[^\s:"'/]+:([^\s"']+)/, 0),
  rule("command-password", "auth plain ", /AUTH PLAIN ([A-Za-z0-9+/=]{8,})/i, 0),
  rule("password-hash", "$2", /\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}/, 7),
  rule("password-hash", "$argon2", /\$argon2(?:id|i|d)\$v=\d+\$[mtp=,\d]+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+/, 0),
  rule("password-hash", "$scrypt$", /\$scrypt\$[\w=,]+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+/, 0),
  rule("password-hash", "pbkdf2", /pbkdf2[_:-]sha\d+[$:]\d+[$:][\w+/=.]+[$:][A-Za-z0-9+/=.]+/i, 0),
  rule("password-hash", "scram-sha-256$", /SCRAM-SHA-256\$\d+:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+/, 0),
  rule("password-hash", "$6$", /\$6\$(?:rounds=\d+\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{86}/, 3),
  rule("password-hash", "$5$", /\$5\$(?:rounds=\d+\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{43}/, 3),
];
