#!/usr/bin/env bash
# npm 11.19.1: `npm sbom --omit dev` leaves out a production dependency if a development dependency needs the same package, and says nothing.
#   Here `ms` is in `dependencies`, and `debug`, in `devDependencies`, depends on it.
# Guess from memory: what `npm ls --omit dev` lists, or what `npm install --omit dev` installs: `ms`, in both formats.
# Why it matters: the bill of materials of what is shipped is empty, and a scanner of it finds nothing.
# Output seen: "cyclonedx: [] / spdx: [] / ls: ms / installed: ms"; without `debug`, `ms` in all four.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
mkdir "$here/tool" "$here/project"
(cd "$here/tool" && npm init -y >/dev/null && npm install --silent --no-audit --no-fund npm@11.19.1)
npm=("$here/tool/node_modules/.bin/npm" --no-audit --no-fund --silent)
cd "$here/project"

seen() { # the project's manifest → what each command says is there in production
  rm -rf node_modules package-lock.json
  printf '%s' "$1" >package.json
  "${npm[@]}" install
  local bill spdx listed installed
  bill=$("${npm[@]}" sbom --sbom-format cyclonedx --omit dev | node -e 'const { components } = JSON.parse(require("fs").readFileSync(0)); console.log(components.map(({ name }) => name).join(" "))')
  spdx=$("${npm[@]}" sbom --sbom-format spdx --omit dev | node -e 'const { packages, name } = JSON.parse(require("fs").readFileSync(0)); console.log(packages.map((each) => each.name).filter((each) => !name.startsWith(each + "@")).join(" "))')
  listed=$("${npm[@]}" ls --omit dev --all --parseable | tail -n +2 | xargs -rn1 basename | sort | tr '\n' ' ')
  rm -rf node_modules
  "${npm[@]}" ci --omit dev
  installed=$(ls node_modules | tr '\n' ' ')
  echo "cyclonedx: [$bill] / spdx: [$spdx] / ls: ${listed% } / installed: ${installed% }"
}
both=$(seen '{"name":"shop","version":"1.0.0","private":true,"dependencies":{"ms":"2.1.3"},"devDependencies":{"debug":"4.4.3"}}')
alone=$(seen '{"name":"shop","version":"1.0.0","private":true,"dependencies":{"ms":"2.1.3"}}')
echo "with a development dependency on it: $both"
echo "without: $alone"
[ "$both" = "cyclonedx: [] / spdx: [] / ls: ms / installed: ms" ]
[ "$alone" = "cyclonedx: [ms] / spdx: [ms] / ls: ms / installed: ms" ]
