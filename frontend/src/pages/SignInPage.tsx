import { Button, PasswordInput, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { EntryCard } from "../components/EntryCard";
import { ErrorNote } from "../components/ErrorNote";
import { Redirect } from "../components/Redirect";
import { returnPath, signIn } from "../core/session";
import { isSetupNeeded } from "../core/setup";
import { usePageTitle } from "../hooks/usePageTitle";
import { usePerson } from "../hooks/usePerson";
import { useSignIn } from "../hooks/useSignIn";

export function SignInPage() {
  usePageTitle("Sign in");
  const { next } = useSearch({ from: "/sign-in" });
  const person = usePerson();
  const setup = useQuery({ queryKey: ["setup"], queryFn: isSetupNeeded });
  const entering = useSignIn(({ user, password }: { user: string; password: string }) =>
    signIn(user, password),
  );
  const form = useForm({
    initialValues: { user: "", password: "" },
    validate: {
      user: (value) => (value.trim() === "" ? "Enter your user name." : null),
      password: (value) => (value === "" ? "Enter your password." : null),
    },
  });

  if (person.data) return <Redirect href={returnPath(next)} />;
  if (setup.data === true) return <Redirect href="/setup" />;

  return (
    <EntryCard title="Sign in" lead="For teachers and staff of the school.">
      <form noValidate onSubmit={form.onSubmit((values) => entering.mutate(values))}>
        <TextInput
          label="User name"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          size="md"
          {...form.getInputProps("user")}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          size="md"
          mt="md"
          {...form.getInputProps("password")}
        />
        <Button type="submit" size="md" fullWidth mt="lg" mb="md" loading={entering.isPending}>
          Sign in
        </Button>
        <ErrorNote error={entering.error} />
      </form>
      <Text size="sm" c="dimmed">
        You are signed out after 8 hours without use, and after 24 hours in any case.
      </Text>
    </EntryCard>
  );
}
