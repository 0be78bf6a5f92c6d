# Every case of a manifest (name, seconds since 1970, leaf or all), verified by `openssl verify` with CRLs: a line each, name and OK or the error.
home=$(dirname "$1")
tab=$(printf '\t')
while IFS="$tab" read -r name at which; do
  check=-crl_check
  [ "$which" = all ] && check='-crl_check -crl_check_all'
  cd "$home/$name" || exit 1
  # shellcheck disable=SC2086
  said=$(openssl verify -attime "$at" $check -extended_crl -use_deltas -purpose sslserver \
    -CAfile root.pem -untrusted chain.pem -CRLfile lists.pem chain.pem 2>&1)
  case $said in
    *': OK') answer=OK ;;
    *) answer=$(printf '%s' "$said" | grep -m1 -o 'error [0-9]* at.*' || printf 'error') ;;
  esac
  printf '%s\t%s\n' "$name" "$answer"
done <"$1"
