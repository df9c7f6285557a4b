import { Button, Fieldset, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { EntryCard } from "../components/EntryCard";
import { ErrorNote } from "../components/ErrorNote";
import { Redirect } from "../components/Redirect";
import { PASSWORD_LENGTH, passwordWeakness } from "../core/password";
import { isSetupNeeded, type Setup, setUp } from "../core/setup";
import { usePageTitle } from "../hooks/usePageTitle";
import { useSignIn } from "../hooks/useSignIn";

const EMPTY: Setup = { code: "", trust_name: "", site_name: "", name: "", user: "", password: "" };

function needed(what: string) {
  return (value: string) => (value.trim() === "" ? `Enter ${what}.` : null);
}

export function SetupPage() {
  usePageTitle("Set up");
  const setup = useQuery({ queryKey: ["setup"], queryFn: isSetupNeeded });
  const entering = useSignIn(setUp);
  const form = useForm<Setup>({
    initialValues: EMPTY,
    validate: {
      code: needed("the code that the server printed"),
      trust_name: needed("the name of the trust"),
      site_name: needed("the name of the school"),
      name: needed("your name"),
      user: needed("a user name"),
      password: (value, { user }) => passwordWeakness(value, user),
    },
  });

  if (entering.isSuccess) return <Redirect href="/" />;
  if (setup.data === false) return <Redirect href="/sign-in" />;

  return (
    <EntryCard
      title="Set up Formroom"
      lead="The server printed a set-up code when it was first started. The code is good for 15 minutes, once; starting the server again prints a new one."
    >
      <form noValidate onSubmit={form.onSubmit((values) => entering.mutate(values))}>
        <Stack gap="md">
          <TextInput
            label="Set-up code"
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps("code")}
          />
          <Fieldset legend={<Text fw={600}>School</Text>} variant="unstyled">
            <TextInput
              label="Trust"
              description="A school that belongs to no trust enters its own name."
              {...form.getInputProps("trust_name")}
            />
            <TextInput label="School" mt="sm" {...form.getInputProps("site_name")} />
          </Fieldset>
          <Fieldset legend={<Text fw={600}>You</Text>} variant="unstyled">
            <TextInput
              label="Your name"
              description="Pupils are told this name when you look at their screens."
              autoComplete="name"
              {...form.getInputProps("name")}
            />
            <TextInput
              label="User name"
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              mt="sm"
              {...form.getInputProps("user")}
            />
            <PasswordInput
              label="Password"
              description={`At least ${PASSWORD_LENGTH} characters; a few words that belong to nobody do well.`}
              autoComplete="new-password"
              mt="sm"
              {...form.getInputProps("password")}
            />
          </Fieldset>
          <ErrorNote error={entering.error} />
          <Button type="submit" size="md" loading={entering.isPending}>
            Set up and sign in
          </Button>
        </Stack>
      </form>
    </EntryCard>
  );
}
