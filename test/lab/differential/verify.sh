#!/bin/sh
# openssl verify, once for each case of the manifest: verify.sh MANIFEST COMMAND…  A line each: name, OK or the first error's number.
manifest=$1; shift
while IFS='	' read -r name kind value seconds lists; do
  [ "$kind" = ip ] && check="-verify_ip $value" || check="-verify_hostname $value"
  [ "$kind" = none ] && check=
  [ "$lists" = none ] && crls= || crls="-CRLfile $name/crls.pem $lists"
  # shellcheck disable=SC2086
  said=$("$@" verify -no-CAfile -no-CApath -no-CAstore -purpose sslserver -partial_chain -attime "$seconds" \
    -trusted "$name/anchors.pem" -untrusted "$name/served.pem" $crls $check "$name/leaf.pem" 2>&1)
  case $said in
    *": OK") answer=OK ;;
    *) answer=$(printf '%s\n' "$said" | grep -v '^CN\|^O \|^O=\|verification failed$' | head -n 1) ;;
  esac
  printf '%s\t%s\n' "$name" "$answer"
done <"$manifest"
